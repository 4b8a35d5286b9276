/* Names of stages: labels, and the path that an error's origin shows. */
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "core/subscription.h"

static void label_config_destroy(void *config)
{
	weir_deallocate(((struct weir_label_config *)config)->name);
}

/* No slots: a label costs nothing per item. */
const struct weir_node_class weir_label_class = {
	.name = "label",
	.config_size = sizeof(struct weir_label_config),
	.config_destroy = label_config_destroy,
};

static const char *label_below(const struct weir_node *node)
{
	const struct weir_node *below = node == node->subscription->sink ? node : weir_node_downstream(node);

	if (below->node_class != &weir_label_class)
		return NULL;
	return ((const struct weir_label_config *)below->config)->name;
}

const char *weir_node_name(const struct weir_node *node)
{
	const char *label = label_below(node);

	return label != NULL ? label : node->node_class->name;
}

struct path {
	char *text;
	size_t length;
};

/* Counts without a buffer, writes with one. */
static void path_add(struct path *path, const char *text)
{
	size_t length = strlen(text);

	if (path->text != NULL)
		memcpy(path->text + path->length, text, length + 1);
	path->length += length;
}

/* The stages of one pipeline up to `node`, behind those that run it; returns how many parentheses are open then. */
static size_t path_open(struct path *path, const struct weir_node *node)
{
	struct weir_subscription *subscription = node->subscription;
	const struct weir_node *owner = subscription->owner;
	const char *separator = "";
	size_t depth = 0;

	if (owner != NULL) {
		depth = path_open(path, owner) + 1;
		path_add(path, " > (");
	}
	for (const struct weir_node *stage = (const struct weir_node *)(subscription + 1); stage <= node;
		stage = weir_node_downstream(stage)) {
		if (stage->node_class != &weir_label_class) {
			path_add(path, separator);
			path_add(path, weir_node_name(stage));
			separator = " > ";
		}
		if (stage == subscription->sink || stage == node)
			break;
	}
	return depth;
}

static void path_build(struct path *path, const struct weir_node *node)
{
	for (size_t depth = path_open(path, node); depth > 0; depth--)
		path_add(path, ")");
}

char *weir_node_path(const struct weir_node *node)
{
	struct path path = { 0 };

	path_build(&path, node);
	path.text = weir_allocate(path.length + 1);
	path.length = 0;
	if (path.text != NULL)
		path_build(&path, node);
	return path.text;
}
