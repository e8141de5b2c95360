"""A stand-in for Colab's own package, as far as notebooks of VaultStream use it. It speaks the real messages."""
