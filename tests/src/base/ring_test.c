/* The ring: a queue against a model, growing while it wraps around, and no memory. */
#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "base/ring.h"
#include "kit/faults.h"
#include "kit/teardown.h"

static void set_up(void)
{
	faults_install();
}

static void tear_down(void)
{
	leave_nothing(NULL);
}

TestSuite(ring, .init = set_up, .fini = tear_down);

static uint64_t random_state = 88172645463325252u;

static uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void push(struct weir_ring *ring, uint64_t number)
{
	uint64_t *room = weir_ring_push(ring);

	cr_assert_not_null(room);
	*room = number;
}

Test(ring, keeps_the_order_whatever_is_pushed_and_popped)
{
	struct weir_ring ring;
	uint64_t pushed = 0;
	uint64_t popped = 0;

	weir_ring_init(&ring, sizeof(uint64_t));
	for (int round = 0; round < 200000; round++) {
		/* Long phases of growing and of shrinking. */
		bool grows = (round / 500) % 2 == 0;
		uint64_t choice = random_number() % 10;

		if (ring.count == 0 || (grows ? choice < 6 : choice < 4)) {
			push(&ring, pushed++);
		} else if (choice == 9) {
			weir_ring_pop_last(&ring);
			pushed--;
		} else {
			cr_assert_eq(*(uint64_t *)weir_ring_at(&ring, 0), popped);
			weir_ring_pop(&ring);
			popped++;
		}
		cr_assert_eq(ring.count, pushed - popped);
		if (round % 97 == 0)
			for (size_t index = 0; index < ring.count; index++)
				cr_assert_eq(*(uint64_t *)weir_ring_at(&ring, index), popped + index);
	}
	weir_ring_finish(&ring);
}

Test(ring, grows_at_any_offset)
{
	for (size_t offset = 0; offset < 8; offset++) {
		struct weir_ring ring;

		weir_ring_init(&ring, sizeof(uint64_t));
		for (uint64_t number = 0; number < offset; number++) {
			push(&ring, 99);
			weir_ring_pop(&ring);
		}
		for (uint64_t number = 0; number < 100; number++)
			push(&ring, number);
		for (size_t index = 0; index < 100; index++)
			cr_assert_eq(*(uint64_t *)weir_ring_at(&ring, index), index, "offset %zu", offset);
		weir_ring_finish(&ring);
	}
}

Test(ring, takes_elements_of_any_size)
{
	static const size_t sizes[] = { 1, 3, 16, 100, 4096 };

	for (size_t size = 0; size < 5; size++) {
		struct weir_ring ring;

		weir_ring_init(&ring, sizes[size]);
		for (int number = 0; number < 50; number++)
			memset(weir_ring_push(&ring), number, sizes[size]);
		for (size_t index = 0; index < 50; index++) {
			const unsigned char *bytes = weir_ring_at(&ring, index);

			cr_assert(bytes[0] == index && bytes[sizes[size] - 1] == index);
		}
		weir_ring_finish(&ring);
	}
}

Test(ring, without_memory_it_stays_as_it_was)
{
	struct weir_ring ring;

	weir_ring_init(&ring, sizeof(uint64_t));
	faults_fail_once(1);
	cr_expect_null(weir_ring_push(&ring));
	cr_expect_eq(ring.count, 0);
	for (uint64_t number = 0; number < 8; number++)
		push(&ring, number);
	faults_fail_once(1);
	cr_expect_null(weir_ring_push(&ring));
	faults_stop();
	cr_expect_eq(ring.count, 8);
	for (size_t index = 0; index < 8; index++)
		cr_expect_eq(*(uint64_t *)weir_ring_at(&ring, index), index);
	push(&ring, 8);
	cr_expect_eq(*(uint64_t *)weir_ring_at(&ring, 8), 8);
	weir_ring_finish(&ring);
}

Test(ring, can_be_used_again_after_finish)
{
	struct weir_ring ring;

	weir_ring_init(&ring, sizeof(uint64_t));
	weir_ring_finish(&ring);
	push(&ring, 5);
	weir_ring_finish(&ring);
	push(&ring, 6);
	cr_expect_eq(*(uint64_t *)weir_ring_at(&ring, 0), 6);
	weir_ring_finish(&ring);
	cr_expect_eq(ring.count, 0);
}
