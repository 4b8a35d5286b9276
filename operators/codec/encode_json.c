/* encode_json: values to JSON. See weir/codec.h. */
#include <weir/codec.h>
#include <weir/operator.h>

static void encode_json_next(struct weir_node *node, weir_value value)
{
	weir_value text = weir_format_json(value, node->config);

	weir_release(value);
	weir_emit_result(node, text);
}

static const struct weir_node_class encode_json_class = {
	.name = "encode_json",
	.config_size = sizeof(struct weir_json_format_options),
	.next = encode_json_next,
};

weir_observable *weir_encode_json(weir_observable *source, const struct weir_json_format_options *options)
{
	static const struct weir_json_format_options defaults;

	return weir_extend(source, &encode_json_class, options != NULL ? options : &defaults);
}
