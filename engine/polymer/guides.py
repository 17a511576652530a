"""Two ways to sample chains of a given radius of gyration, by guidance (``GUIDES``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.denoisers import ClassifierFree, ClassifierGuidance, Denoiser
from engine.polymer.denoisers import SizeLikelihood
from engine.polymer.models import Model, shipped
from engine.polymer.networks import SizeNet

CONDITIONAL, PROPERTY = "told", "size"  #: keys of the models behind both guides


@dataclass(frozen=True)
class Guide:
    """A way to condition on a size.

    Attributes:
        key: name in ``GUIDES`` and in addresses.
        label: its name on a page.
        build: a denoiser from the conditional and the property model, target and scale.
        recommended: the scale that follows the target closely and keeps the bonds.
    """

    key: str
    label: str
    build: Callable[[Model, Model, float, float], Denoiser]
    recommended: float = 1.0

    def denoiser(
        self, target: float, scale: float, models: Mapping[str, Model] | None = None
    ) -> Denoiser:
        """The denoiser that is guided to a radius of gyration.

        Args:
            target: the radius, in sigma.
            scale: s; 0 is the unconditional model.
            models: by key, in place of the bundled ones.
        """
        both = (models or {}).get
        conditional = both(CONDITIONAL) or shipped(CONDITIONAL)
        return self.build(conditional, both(PROPERTY) or shipped(PROPERTY), target, scale)


def _classifier_free(conditional: Model, _: Model, target: float, scale: float) -> Denoiser:
    """One network, with and without the condition."""
    return ClassifierFree(conditional.denoiser(target), conditional.denoiser(), scale)


def _classifier(conditional: Model, known: Model, target: float, scale: float) -> Denoiser:
    """The network without the condition, and the gradient of the property network."""
    likelihood = SizeLikelihood(known.network(SizeNet), target)
    return ClassifierGuidance(conditional.denoiser(), likelihood, scale)


GUIDES: dict[str, Guide] = {
    guide.key: guide
    for guide in (
        Guide("free", "Classifier-free", _classifier_free),
        Guide("classifier", "Classifier", _classifier),
    )
}
