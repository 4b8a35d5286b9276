/* Items whose key differs from that of the one before. See kit/changed.h. */
#include "kit/changed.h"

#include "kit/batch.h"
#include "kit/same.h"

static struct weir_changed *changed_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_changed, node);
}

static weir_value key_of(const struct weir_changed_config *config, weir_value value)
{
	if (config->key != NULL)
		return config->key(value, config->context);
	return weir_retain(weir_is_nil(config->member) ? value : weir_get_value(value, config->member, NULL));
}

static int compare(struct weir_changed *changed, weir_value key)
{
	const struct weir_changed_config *config = changed->node.config;
	weir_value before = changed->key;

	if (!changed->has_key)
		return 0;
	if (config->equal == NULL)
		return weir_equal(before, key);

	/* Out of the reach of `finish` while the callback borrows it: it may cancel. */
	changed->key = weir_nil();

	int verdict = config->equal(before, key, config->context);

	if (weir_is_open(&changed->node))
		changed->key = before;
	else
		weir_release(before);
	return verdict;
}

static __attribute__((noinline)) weir_value step_slowly(struct weir_changed *changed, weir_value value, weir_value key)
{
	bool is_key = !weir_is_error(key) && weir_is_open(&changed->node);
	int verdict = is_key ? compare(changed, key) : 1;

	if (verdict == 0 && weir_is_open(&changed->node)) {
		weir_release(changed->key);
		changed->key = key;
		changed->has_key = true;
		return value;
	}
	weir_release(value);
	if (weir_is_error(key))
		return key;
	weir_release(key);
	return verdict < 0 ? weir_fail(-verdict, "the comparison failed") : weir_nothing();
}

/* The short way is that of integer keys. */
weir_value weir_changed_step(struct weir_node *node, weir_value value)
{
	struct weir_changed *changed = changed_of(node);
	const struct weir_changed_config *config = node->config;
	weir_value key = key_of(config, value);

	if (WEIR_UNLIKELY(key.tag != WEIR_KIND_INT || changed->key.tag != WEIR_KIND_INT || config->equal != NULL ||
			  value.tag & WEIR_TAG_COUNTED || !weir_is_open(node)))
		return step_slowly(changed, value, key);
	if (changed->key.as.integer == key.as.integer)
		return weir_nothing();
	changed->key = key;
	return value;
}

/* Whether a value differs from the one before; it is remembered then. Without callbacks. */
static int differs(struct weir_node *node, weir_value value)
{
	struct weir_changed *changed = changed_of(node);
	weir_value before = changed->key;

	if (changed->has_key && weir_same(before, value))
		return 0;
	changed->key = weir_retain(value);
	changed->has_key = true;
	weir_release(before);
	return 1;
}

void weir_changed_next_plain(struct weir_node *node, weir_value value)
{
	if (differs(node, value)) {
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	weir_request_replacement(node);
}

void weir_changed_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_batch_filter(node, values, count, differs);
}

void weir_changed_finish(struct weir_node *node)
{
	weir_release(changed_of(node)->key);
}
