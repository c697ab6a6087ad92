"""The routes, one module per noun. A route reads its input, asks, and renders; nothing more."""
