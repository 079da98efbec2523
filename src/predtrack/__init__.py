"""Plain-text prediction tracking: YAML records in a folder, honest scores and calibration."""

__version__ = "0.1.0"
