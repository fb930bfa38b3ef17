"""The numbers of generated code: elementary and named functions, series, wide numbers."""
