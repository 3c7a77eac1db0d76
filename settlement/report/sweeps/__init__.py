"""Reports of a sweep: what its runs measured, point by point, and what each parameter does."""
