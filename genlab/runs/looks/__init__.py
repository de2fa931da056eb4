"""What pages draw of a run besides its frames: nets, atlases of codes, examples."""
