/*
 * async_gather: a hundred tasks of ten milliseconds each, one after the other and all at once.
 *
 * A task here is a timer that answers with its number; it could as well be an HTTP request. Sequential is concat_map,
 * concurrent merge_map; to_array gathers the answers. Three tasks by name are fork_join's.
 */
#include <stdio.h>

#include <weir/weir.h>

enum {
	TASKS = 100,
	TASK_MS = 10,
};

/* The task's number, when its time is over. The value is kept by the recipe, and freed with it. */
static weir_value answer(weir_value tick, void *context)
{
	(void)tick;
	return weir_int(*(const int *)context);
}

static weir_observable *task(weir_value number, void *context)
{
	int *numbers = context;

	return weir_map(weir_timer(weir_ms(TASK_MS)), answer, &numbers[weir_as_int(number)]);
}

static void count_answers(weir_value answers, void *context)
{
	*(size_t *)context = weir_length(answers);
}

/* Runs the tasks and returns how long they took, in milliseconds; negative when an answer is missing. */
static double run(weir_loop *loop, int *numbers, uint64_t concurrency)
{
	weir_time start = weir_loop_now(loop);
	size_t answers = 0;

	weir_subscribe(weir_to_array(weir_merge_map(weir_range(0, TASKS), task, numbers, concurrency)), loop,
		&(weir_observer){ .next = count_answers, .context = &answers });
	weir_loop_run(loop);
	return answers == TASKS ? (double)(weir_loop_now(loop) - start) / 1e6 : -1;
}

static void print(weir_value value, void *context)
{
	char text[200];

	(void)context;
	weir_print(value, text, sizeof text);
	printf("by name:    %s\n", text);
}

int main(void)
{
	weir_loop *loop = weir_loop_new();
	int numbers[TASKS];

	for (int index = 0; index < TASKS; index++)
		numbers[index] = index;

	double sequential = run(loop, numbers, 1);
	double concurrent = run(loop, numbers, 0);

	printf("sequential: %d tasks of %d ms in %.0f ms\n", TASKS, TASK_MS, sequential);
	printf("concurrent: %d tasks of %d ms in %.0f ms, %.0f times as fast\n", TASKS, TASK_MS, concurrent,
		sequential / concurrent);
	weir_subscribe(weir_fork_join((struct weir_entry[]){
			       { "profile", task(weir_int(1), numbers) },
			       { "orders", task(weir_int(2), numbers) },
			       { "hints", task(weir_int(3), numbers) },
			       { 0 },
		       }),
		loop, &(weir_observer){ .next = print });
	weir_loop_run(loop);
	weir_loop_free(loop);
	return sequential >= TASKS * TASK_MS && concurrent > 0 && concurrent < sequential / 2 ? 0 : 1;
}
