"""Mathematics without a trial's story."""
