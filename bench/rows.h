/* rows: the workloads of baseline.h through weir. */
#ifndef WEIR_BENCH_ROWS_H
#define WEIR_BENCH_ROWS_H

#include <stdbool.h>
#include <stdint.h>

struct weir_row {
	const char *name; /* of the row */
	const char *baseline; /* whose workload and checksum it has */
	const char *what; /* when it is not the baseline's */
	uint64_t (*run)(uint64_t items); /* with one call for each item and user function */
	uint64_t (*arrays)(uint64_t items); /* with user functions that take arrays; NULL where there is none */
};

/* In order, ended by one whose name is NULL. */
extern const struct weir_row weir_rows[];

/* NULL if there is no row of that name. */
const struct weir_row *weir_row_find(const char *name);

/* The loop they run on: opened before the first, closed after the last. False without memory. */
bool weir_rows_open(void);
void weir_rows_close(void);

#endif
