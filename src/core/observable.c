/* Recipes. See weir/observable.h and weir/operator.h. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "base/allocator.h"
#include "core/error_private.h"
#include "core/subscription.h"

/* Beyond this an arena is unreasonable: tens of thousands of stages in one chain. */
#define ARENA_MAX (16u << 20)

static void failed_start(struct weir_node *node);

struct failed_config {
	weir_error *error;
	const char *stage;
};

static const struct weir_node_class failed_class = {
	.name = "error",
	.config_size = sizeof(struct failed_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = failed_start,
	.config_holds = { WEIR_HOLDS_ERROR(struct failed_config, error) },
};

static void failed_start(struct weir_node *node)
{
	const struct failed_config *config = node->config;

	weir_emit_error(node, weir_error_ref(config->error));
}

/* What stands for every recipe that could not be made. Its error needs no memory. */
static union {
	char room[sizeof(struct weir_observable) + sizeof(struct failed_config)];
	max_align_t alignment;
} no_memory;
static pthread_once_t no_memory_once = PTHREAD_ONCE_INIT;

static void make_no_memory(void)
{
	struct weir_observable *observable = (struct weir_observable *)&no_memory;

	weir_block_init(&observable->block, WEIR_BLOCK_OBSERVABLE);
	observable->block.immortal = 1;
	observable->node_class = &failed_class;
	observable->end = sizeof(struct weir_node);
	((struct failed_config *)(void *)observable->config)->error = weir_as_error(weir_no_memory());
}

static weir_observable *out_of_memory(void)
{
	pthread_once(&no_memory_once, make_no_memory);
	return (weir_observable *)&no_memory;
}

static size_t node_size(const struct weir_node_class *node_class)
{
	size_t size = node_class->size > sizeof(struct weir_node) ? node_class->size : sizeof(struct weir_node);

	return (size + 7) & ~(size_t)7;
}

static bool takes_requests(const struct weir_node_class *node_class)
{
	return node_class->request != NULL || node_class->demand != WEIR_DEMAND_FORWARD;
}

/* A plain stage has no state and takes part in nothing but items and terminals: starting and resetting skip it. */
static bool is_plain(const struct weir_node_class *node_class)
{
	return node_class->size <= sizeof(struct weir_node) && !takes_requests(node_class) &&
	       node_class->start == NULL && node_class->finish == NULL;
}

static void release_value(void *member)
{
	weir_release(*(weir_value *)member);
}

static void share_value(void *member)
{
	weir_value_share(*(weir_value *)member);
}

const struct weir_holding weir_holds_value = { release_value, share_value };

static void release_observable(void *member)
{
	weir_unref(*(weir_observable **)member);
}

static void share_observable(void *member)
{
	weir_across_threads(*(weir_observable **)member);
}

const struct weir_holding weir_holds_observable = { release_observable, share_observable };

static void release_error(void *member)
{
	weir_error_unref(*(weir_error **)member);
}

static void share_error(void *member)
{
	if (*(weir_error **)member != NULL)
		weir_value_share(weir_error_value(*(weir_error **)member));
}

const struct weir_holding weir_holds_error = { release_error, share_error };

static const struct weir_held_member *held_end(const struct weir_node_class *node_class)
{
	return node_class->config_holds + sizeof node_class->config_holds / sizeof node_class->config_holds[0];
}

static void config_discard(const struct weir_node_class *node_class, const void *config)
{
	const struct weir_held_member *held = node_class->config_holds;

	for (; held < held_end(node_class) && held->holding != NULL; held++)
		held->holding->release((char *)config + held->offset);
	if (node_class->config_destroy != NULL)
		node_class->config_destroy((void *)config);
}

static void config_share(weir_observable *observable)
{
	const struct weir_held_member *held = observable->node_class->config_holds;

	for (; held < held_end(observable->node_class) && held->holding != NULL; held++)
		held->holding->share(observable->config + held->offset);
}

static weir_observable *observable_new(
	weir_observable *source, const struct weir_node_class *node_class, const void *config)
{
	uint32_t offset = source != NULL ? source->end : 0;
	size_t end = offset + node_size(node_class);
	weir_observable *observable =
		end > ARENA_MAX ? NULL : weir_pool_take(sizeof *observable + node_class->config_size);

	if (observable == NULL) {
		config_discard(node_class, config);
		weir_unref(source);
		return out_of_memory();
	}
	weir_block_init(&observable->block, WEIR_BLOCK_OBSERVABLE);
	observable->node_class = node_class;
	observable->source = source;
	observable->contexts = NULL;
	observable->warm = NULL;
	observable->offset = offset;
	observable->end = (uint32_t)end;
	observable->request_offset = source == NULL || takes_requests(node_class) ? offset : source->request_offset;
	observable->special_offset = source == NULL || !is_plain(node_class) ? offset : source->special_offset;
	observable->block.spare = (node_class->finish != NULL ? WEIR_RECIPE_FINISHES : 0) |
				  (node_class->home != NULL ? WEIR_RECIPE_HAS_HOME : 0) |
				  (source != NULL ? source->block.spare : 0);
	if (node_class->config_size > 0)
		memcpy(observable->config, config, node_class->config_size);
	return observable;
}

weir_observable *weir_extend(weir_observable *source, const struct weir_node_class *node_class, const void *config)
{
	if (source == NULL) {
		config_discard(node_class, config);
		return weir_reject(NULL, node_class->name, "the source is NULL");
	}
	return observable_new(source, node_class, config);
}

weir_observable *weir_create_source(const struct weir_node_class *node_class, const void *config)
{
	return observable_new(NULL, node_class, config);
}

weir_observable *weir_reject(weir_observable *source, const char *stage, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(EINVAL, format, arguments);
	va_end(arguments);
	weir_error_set_origin(error, stage);
	weir_unref(source);
	return weir_create_source(&failed_class, &(struct failed_config){ error, stage });
}

weir_observable *weir_ref(weir_observable *observable)
{
	weir_block_retain(&observable->block);
	return observable;
}

void weir_unref(weir_observable *observable)
{
	if (observable != NULL)
		weir_release(weir_observable_value(observable));
}

/* A long chain is freed in a loop, not by recursion. */
void weir_observable_destroy(struct weir_block *block)
{
	weir_observable *observable = (weir_observable *)block;

	while (observable != NULL) {
		weir_observable *source = observable->source;

		config_discard(observable->node_class, observable->config);
		while (observable->contexts != NULL) {
			struct weir_context_holder *holder = observable->contexts;

			observable->contexts = holder->next;
			holder->destroy(holder->context);
			weir_pool_return(holder, sizeof *holder);
		}
		if (observable->warm != NULL)
			weir_pool_return(observable->warm, observable->warm->size);
		weir_pool_return(observable, sizeof *observable + observable->node_class->config_size);
		observable = source != NULL && weir_block_release(&source->block) ? source : NULL;
	}
}

weir_observable *weir_across_threads(weir_observable *observable)
{
	for (weir_observable *stage = observable; stage != NULL; stage = stage->source) {
		/* Marked once, while it belongs to one thread: afterwards it is only read here. */
		if (stage->block.immortal || stage->block.shared)
			continue;
		if (stage->warm != NULL)
			weir_pool_return(stage->warm, stage->warm->size);
		stage->warm = NULL;
		stage->block.shared = 1;
		config_share(stage);
	}
	return observable;
}

weir_loop *weir_source_home(const weir_observable *observable)
{
	while (observable->source != NULL)
		observable = observable->source;
	return observable->node_class->home(observable->config);
}

weir_observable *weir_with_context(weir_observable *observable, void *context, void (*destroy)(void *context))
{
	struct weir_context_holder *holder = NULL;

	if (observable == NULL)
		observable = weir_reject(NULL, "with_context", "the observable is NULL");
	if (!observable->block.immortal)
		holder = weir_pool_take(sizeof *holder);
	if (holder == NULL) {
		destroy(context);
		weir_unref(observable);
		return out_of_memory();
	}
	*holder = (struct weir_context_holder){ observable->contexts, context, destroy };
	observable->contexts = holder;
	return observable;
}
