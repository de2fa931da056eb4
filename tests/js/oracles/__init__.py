"""What the browser's modules should say, computed by Python: `cases()` of a module becomes a file of JSON."""
