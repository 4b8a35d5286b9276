/*
 * custom_operator: an operator of the program's own, a moving average, beside the library's.
 *
 * <weir/operator.h> is all it takes: state in a struct that begins with the node, a configuration, the slots in which it
 * differs, and a constructor. Errors, completion, demand and cancellation are passed on without a word.
 */
#include <stdio.h>

#include <weir/operator.h>
#include <weir/weir.h>

enum {
	MAX_WINDOW = 64,
};

struct moving_average_config {
	unsigned window;
};

struct moving_average {
	struct weir_node node;
	double values[MAX_WINDOW];
	double sum;
	unsigned count;
	unsigned next;
};

/* One in, one out: demand passes on as it is. */
static void moving_average_next(struct weir_node *node, weir_value value)
{
	struct moving_average *self = WEIR_CONTAINER_OF(node, struct moving_average, node);
	const struct moving_average_config *config = node->config;
	double number = weir_as_double(value);

	if (!weir_is_number(value)) {
		char text[80];

		weir_print(value, text, sizeof text);
		weir_release(value);
		weir_emit_failure(node, WEIR_EUSER, "only numbers have an average, not %s", text);
		return;
	}
	weir_release(value);
	if (self->count == config->window)
		self->sum -= self->values[self->next];
	else
		self->count++;
	self->values[self->next] = number;
	self->sum += number;
	self->next = (self->next + 1) % config->window;
	weir_emit_next(node, weir_double(self->sum / self->count));
}

/* The same for a burst: no more calls than before, but one per burst into this stage. */
static void moving_average_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	for (size_t index = 0; index < count; index++) {
		if (weir_is_open(node))
			moving_average_next(node, values[index]);
		else
			weir_release(values[index]);
	}
}

static const struct weir_node_class moving_average_class = {
	.name = "moving_average",
	.size = sizeof(struct moving_average),
	.config_size = sizeof(struct moving_average_config),
	.next = moving_average_next,
	.next_batch = moving_average_next_batch,
};

static weir_observable *moving_average(weir_observable *source, unsigned window)
{
	if (window == 0 || window > MAX_WINDOW)
		return weir_reject(source, "moving_average", "a window has 1 to %d values, not %u", MAX_WINDOW, window);
	return weir_extend(source, &moving_average_class, &(struct moving_average_config){ window });
}

static void print(weir_value value, void *context)
{
	(void)context;
	printf("%.2f\n", weir_as_double(value));
}

static void print_error(const weir_error *error, void *context)
{
	char text[200];

	(void)context;
	weir_error_print(error, text, sizeof text);
	puts(text);
}

int main(void)
{
	weir_loop *loop = weir_loop_new();
	weir_observer observer = { .next = print, .error = print_error };

	weir_subscribe(moving_average(weir_range(1, 6), 3), loop, &observer);
	weir_subscribe(moving_average(weir_just(weir_string("warm")), 3), loop, &observer);
	weir_subscribe(moving_average(weir_range(1, 6), 1000), loop, &observer);
	weir_loop_run(loop);
	weir_loop_free(loop);
	return 0;
}
