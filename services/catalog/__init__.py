"""Catalog: what there is - venues, halls, floor plans, fairs and exhibitors."""
