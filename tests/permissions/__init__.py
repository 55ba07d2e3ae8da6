"""Every URL and API operation, as every role, as another brand's member and as a stranger (reliability S2, S14…S18)."""
