/* Numbers that follow from a seed: what a failure prints is enough to have it again. */
#ifndef TESTS_KIT_DRAW_H
#define TESTS_KIT_DRAW_H

#include <stdint.h>

/* From 0 to `bound` - 1. */
static inline uint64_t draw(uint64_t *state, uint64_t bound)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (x ^ x >> 31) % bound;
}

#endif
