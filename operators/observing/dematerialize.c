/* dematerialize: items of materialize() as the signals they were. See weir/observing.h. */
#include <errno.h>
#include <limits.h>

#include <weir/observing.h>
#include <weir/operator.h>

static void dematerialize_refuse(struct weir_node *node, weir_value value)
{
	char text[128];

	weir_print(value, text, sizeof text);
	weir_release(value);
	weir_emit_failure(node, EINVAL,
		"a notification is needed, as {\"kind\": \"N\", \"value\": x}, {\"kind\": \"E\", \"error\": e} or "
		"{\"kind\": \"C\"}, not %s",
		text);
}

/* The error of a notification, owned: itself, or one with the text that came over a wire; NULL for what is neither. */
static weir_error *dematerialize_error(weir_value notification)
{
	weir_value error = weir_get(notification, "error");
	size_t length;
	const char *text = weir_as_str(error, &length);

	if (weir_is_error(error))
		return weir_error_ref(weir_as_error(error));
	if (weir_kind(error) == WEIR_KIND_STR)
		return weir_error_new(WEIR_EUSER, "%.*s", length < INT_MAX ? (int)length : INT_MAX, text);
	return NULL;
}

static void dematerialize_next(struct weir_node *node, weir_value value)
{
	weir_value kind = weir_get(value, "kind");
	weir_error *error = weir_is_string(kind, "E") ? dematerialize_error(value) : NULL;

	if (weir_is_string(kind, "N")) {
		weir_value inside = weir_retain(weir_get(value, "value"));

		weir_release(value);
		weir_emit_next(node, inside);
	} else if (error != NULL) {
		weir_release(value);
		weir_emit_error(node, error);
	} else if (weir_is_string(kind, "C")) {
		weir_release(value);
		weir_emit_complete(node);
	} else {
		dematerialize_refuse(node, value);
	}
}

static const struct weir_node_class dematerialize_class = {
	.name = "dematerialize",
	.next = dematerialize_next,
};

weir_observable *weir_dematerialize(weir_observable *source)
{
	return weir_extend(source, &dematerialize_class, NULL);
}
