"""Truth against network: score, likelihood, memorisation."""
