/*
 * custom_operator: an operator of your own, with the same header the library's are written with.
 *
 * moving_average(source, window): the mean of the last `window` numbers, from the first full window on.
 *
 * What an operator states is only its difference. Here that is: what it keeps (a ring of numbers), what an item leads to,
 * and that an item which leads to nothing is asked for again. Terminals, cancel, demand and errors of others pass by it
 * without a line. It takes batches too: then a burst of items costs one call.
 */
#include <errno.h>
#include <stdio.h>

#include <weir/operator.h>
#include <weir/weir.h>

enum {
	WINDOW_MAX = 64,
	BATCH = 64,
};

struct moving_average_config {
	size_t window;
};

struct moving_average {
	struct weir_node node;
	double numbers[WINDOW_MAX]; /* a ring: the last ones */
	double sum;
	size_t count; /* of all numbers so far */
};

/* Take a value in, which it consumes. > 0: the window is full, and this is the average; 0: not yet; < 0: it is no number. */
static int moving_average_take(struct moving_average *self, weir_value value, weir_value *ret_average)
{
	const struct moving_average_config *config = self->node.config;
	double *oldest = &self->numbers[self->count % config->window];

	if (!weir_is_number(value)) {
		char text[40];

		weir_print(value, text, sizeof text);
		weir_release(value);
		weir_emit_failure(&self->node, EINVAL, "%s is no number", text);
		return -EINVAL;
	}
	self->sum += weir_as_double(value) - (self->count >= config->window ? *oldest : 0);
	*oldest = weir_as_double(value);
	*ret_average = weir_double(self->sum / (double)config->window);
	return ++self->count >= config->window;
}

static void moving_average_next(struct weir_node *node, weir_value value)
{
	struct moving_average *self = WEIR_CONTAINER_OF(node, struct moving_average, node);
	weir_value average;
	int verdict = moving_average_take(self, value, &average);

	if (verdict > 0)
		weir_emit_next(node, average);
	else if (verdict == 0)
		weir_request_replacement(node);
}

/* Exactly what moving_average_next() does for each, with one call downstream for many. */
static void moving_average_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct moving_average *self = WEIR_CONTAINER_OF(node, struct moving_average, node);
	weir_value averages[BATCH];
	size_t full = 0;

	for (size_t index = 0; index < count; index++) {
		/* What ends the stream must come behind what was emitted before it. */
		if (full == BATCH || !weir_is_number(values[index])) {
			weir_emit_batch(node, averages, full);
			full = 0;
		}
		if (!weir_is_open(node)) {
			weir_drop(node, values[index]);
			continue;
		}

		int verdict = moving_average_take(self, values[index], &averages[full]);

		if (verdict > 0)
			full++;
		else if (verdict == 0)
			weir_request_replacement(node);
	}
	weir_emit_batch(node, averages, full);
}

static const struct weir_node_class moving_average_class = {
	.name = "moving_average",
	.size = sizeof(struct moving_average),
	.config_size = sizeof(struct moving_average_config),
	.next = moving_average_next,
	.next_batch = moving_average_next_batch,
};

static weir_observable *moving_average(weir_observable *source, size_t window)
{
	if (window == 0 || window > WINDOW_MAX)
		return weir_reject(
			source, "moving_average", "the window is %zu; it must be 1 to %d", window, WINDOW_MAX);
	return weir_extend(source, &moving_average_class, &(struct moving_average_config){ window });
}

static void print(weir_value value, void *context)
{
	(void)context;
	printf(" %g", weir_as_double(value));
}

static void print_error(const weir_error *error, void *context)
{
	char text[200];

	(void)context;
	weir_error_print(error, text, sizeof text);
	printf(" failed: %s\n", text);
}

static void print_end(void *context)
{
	(void)context;
	puts(" complete");
}

static void run(weir_loop *loop, const char *title, weir_observable *observable)
{
	printf("%s:", title);
	weir_subscribe(
		observable, loop, &(weir_observer){ .next = print, .error = print_error, .complete = print_end });
	weir_loop_run(loop);
}

int main(void)
{
	weir_loop *loop = weir_loop_new();

	run(loop, "1 to 10, window 4", moving_average(weir_range(1, 10), 4));
	run(loop, "the first two of these", weir_take(moving_average(weir_range(1, 10), 4), 2));
	run(loop, "fewer than a window", moving_average(weir_range(1, 3), 4));
	run(loop, "averages of averages", moving_average(moving_average(weir_range(1, 10), 4), 2));
	run(loop, "in batches",
		moving_average(weir_of((weir_value[]){ weir_int(2), weir_int(4), weir_int(9), weir_int(2) }, 4), 2));
	run(loop, "not only numbers",
		moving_average(weir_of((weir_value[]){ weir_int(1), weir_int(3), weir_string("five") }, 3), 2));
	run(loop, "no window", moving_average(weir_range(1, 10), 0));
	weir_loop_free(loop);
}
