/* decode_json: JSON texts to values. See weir/codec.h. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/operator.h>

#include "kit/bad_item.h"

static weir_value parse(weir_value text, const struct weir_json_options *options)
{
	size_t length;
	const char *bytes = weir_as_bytes(text, &length);

	if (bytes == NULL || weir_kind(text) == WEIR_KIND_EXT)
		return weir_fail(
			EINVAL, "JSON is decoded from a str or bin, not from kind %s", weir_kind_name(weir_kind(text)));
	return weir_parse_json(bytes, length, options);
}

static void decode_json_next(struct weir_node *node, weir_value value)
{
	const struct weir_decode_json_options *options = node->config;
	weir_value document = parse(value, &options->json);

	if (WEIR_LIKELY(!weir_is_error(document))) {
		weir_release(value);
		weir_emit_next(node, document);
	} else if (weir_bad_item(node, &options->bad_items, value, document, &document)) {
		weir_emit_result(node, document);
	} else if (weir_is_open(node)) {
		weir_request_replacement(node);
	}
}

static const struct weir_node_class decode_json_class = {
	.name = "decode_json",
	.config_size = sizeof(struct weir_decode_json_options),
	.next = decode_json_next,
};

weir_observable *weir_decode_json(weir_observable *source, const struct weir_decode_json_options *options)
{
	static const struct weir_decode_json_options defaults;

	if (options == NULL)
		options = &defaults;
	if (options->json.max_depth > WEIR_MAX_DEPTH)
		return weir_reject(source, "decode_json", "max_depth is at most %d, not %u", WEIR_MAX_DEPTH,
			options->json.max_depth);
	return weir_extend(source, &decode_json_class, options);
}
