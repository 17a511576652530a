# The app with its weights: nginx in front of its processes, as an ordinary user, without a network at
# run time. It stands here because docker build, compose and Hugging Face Spaces look for it here.
# Checked without Docker by `sudo python deploy/check_image.py`.
FROM python:3.11-slim-bookworm

# libxrender1, libxext6 and libexpat1: RDKit's drawings.
RUN apt-get update \
    && apt-get install -y --no-install-recommends nginx-light libxrender1 libxext6 libexpat1 \
    && rm -rf /var/lib/apt/lists/*

# PyTorch without CUDA, which is gigabytes; for a GPU: --build-arg TORCH_INDEX=
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
# distributed, for a Dask cluster, at the version that the tests use.
RUN pip install --no-cache-dir ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    -r requirements.txt -c requirements-dev.txt distributed

COPY . .
RUN python -m compileall -q . \
    && useradd --create-home --uid 1000 explorer \
    && install --directory --owner explorer --mode 700 /uploads
USER explorer

ENV PORT=8501 PYTHONUNBUFFERED=1
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD python -c "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/_stcore/health')"
CMD ["python", "deploy/serve.py"]
