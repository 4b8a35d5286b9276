/* dematerialize: items of materialize() as the signals they were. See weir/observing.h. */
#include <errno.h>

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

static void dematerialize_next(struct weir_node *node, weir_value value)
{
	weir_value kind = weir_get(value, "kind");
	weir_error *error = weir_as_error(weir_get(value, "error"));

	if (weir_is_string(kind, "N")) {
		weir_value inside = weir_retain(weir_get(value, "value"));

		weir_release(value);
		weir_emit_next(node, inside);
	} else if (weir_is_string(kind, "E") && error != NULL) {
		weir_error_ref(error);
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
