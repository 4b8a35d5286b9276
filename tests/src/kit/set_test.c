/* The set behind distinct, beside a list that does the same slowly. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <weir/memory.h>

#include "kit/faults.h"
#include "kit/set.h"

enum {
	MODEL_MAX = 4096,
};

struct model {
	int64_t members[MODEL_MAX]; /* oldest first */
	size_t count;
	size_t limit;
};

static int model_add(struct model *model, int64_t member)
{
	for (size_t index = 0; index < model->count; index++)
		if (model->members[index] == member)
			return 0;
	if (model->count == model->limit)
		memmove(model->members, model->members + 1, --model->count * sizeof member);
	cr_assert_lt(model->count, MODEL_MAX);
	model->members[model->count++] = member;
	return 1;
}

static void compare(size_t limit, int64_t range, int steps, uint32_t first_number, bool as_text)
{
	static struct model model;
	struct weir_set set;

	model = (struct model){ .limit = limit };
	weir_set_init(&set, limit);
	set.oldest = first_number;
	srandom((unsigned)(limit * 31 + (size_t)range));
	for (int step = 0; step < steps; step++) {
		int64_t member = random() % range;
		weir_value value = as_text ? weir_string_format("member %lld", (long long)member) : weir_int(member);

		cr_assert_eq(weir_set_add(&set, value), model_add(&model, member), "limit %zu, range %lld, step %d",
			limit, (long long)range, step);
		cr_assert_eq(set.members.count, model.count);
		if (random() % 1000 == 0) {
			weir_set_clear(&set);
			model.count = 0;
		}
	}
	weir_set_finish(&set);
}

Test(set, does_what_a_list_does)
{
	static const size_t limits[] = { 1, 2, 3, 7, 8, 9, 100, 1000 };

	for (size_t index = 0; index < 8; index++) {
		compare(limits[index], 5, 2000, 0, false);
		compare(limits[index], 50, 5000, 0, true);
		compare(limits[index], 3000, 20000, 0, false);
	}
	compare(MODEL_MAX - 1, 4000, 20000, 0, false);
}

Test(set, numbers_of_members_may_wrap_around)
{
	compare(10, 30, 5000, 0x7ffffff0, false);
	compare(100, 300, 5000, UINT32_MAX - 50, true);
}

Test(set, without_a_limit_it_remembers_all)
{
	struct weir_set set;

	weir_set_init(&set, 0);
	for (int64_t member = 0; member < 100000; member++)
		cr_assert_eq(weir_set_add(&set, weir_int(member)), 1);
	for (int64_t member = 0; member < 100000; member++)
		cr_assert_eq(weir_set_add(&set, weir_double((double)member)), 0);
	weir_set_finish(&set);
}

Test(set, with_a_limit_its_memory_is_bounded)
{
	struct weir_set set;
	size_t allocations = 0;

	faults_install();
	weir_set_init(&set, 1000);
	for (int64_t member = 0; member < 1000000; member++) {
		cr_assert_eq(weir_set_add(&set, weir_int(member)), 1);
		if (member == 1000)
			allocations = faults_allocations();
	}
	cr_assert_eq(faults_allocations(), allocations);
	weir_set_finish(&set);
	cr_assert_eq(faults_live_blocks(), 0);
}

Test(set, without_memory_it_stays_as_it_was)
{
	faults_install();
	for (size_t number = 1; number <= 12; number++) {
		struct weir_set set;
		int64_t member = 0;

		weir_set_init(&set, 0);
		faults_fail_once(number);
		while (!faults_hit() && member < 1000) {
			int result = weir_set_add(&set, weir_int(member));

			cr_assert_eq(result, faults_hit() ? -ENOMEM : 1);
			if (result > 0)
				member++;
		}
		faults_stop();
		cr_assert_eq((int64_t)set.members.count, member);
		for (int64_t old = 0; old < member; old++)
			cr_assert_eq(weir_set_add(&set, weir_int(old)), 0);
		cr_assert_eq(weir_set_add(&set, weir_int(member)), 1);
		weir_set_finish(&set);
	}
	cr_assert_eq(faults_live_blocks(), 0);
}
