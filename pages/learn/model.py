"""Where a family is trained that has no page of its own."""

from genlab.views.bench.family import bench_page

bench_page()
