/* Numbers by chance. See kit/random.h. */
#include "kit/random.h"

#include <sys/random.h>
#include <time.h>

void weir_random_init(struct weir_random *random, uint64_t seed)
{
	struct timespec now;

	random->state = seed;
	if (seed != 0)
		return;
	if (getrandom(&random->state, sizeof random->state, GRND_NONBLOCK) == (ssize_t)sizeof random->state)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	random->state = (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 32 ^ (uint64_t)(uintptr_t)random;
}

uint64_t weir_random_next(struct weir_random *random)
{
	uint64_t bits = random->state += UINT64_C(0x9e3779b97f4a7c15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

uint64_t weir_random_to(struct weir_random *random, uint64_t most)
{
	uint64_t count = most + 1;
	uint64_t bits = weir_random_next(random);

	if (count == 0)
		return bits;
	/* The lowest values would be more likely, were the range not cut to a multiple of `count`. */
	while (bits < -count % count)
		bits = weir_random_next(random);
	return bits % count;
}
