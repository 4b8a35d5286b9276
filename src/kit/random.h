/* Numbers by chance: for jitter, not for secrets. */
#ifndef WEIR_KIT_RANDOM_H
#define WEIR_KIT_RANDOM_H

#include <stdint.h>

struct weir_random {
	uint64_t state;
};

/* @param seed  the same numbers for the same seed; 0: other numbers every time */
void weir_random_init(struct weir_random *random, uint64_t seed);

/* 64 bits (splitmix64). */
uint64_t weir_random_next(struct weir_random *random);

/* From 0 to `most`, both included, all equally likely. */
uint64_t weir_random_to(struct weir_random *random, uint64_t most);

#endif
