/* encode_msgpack: values to msgpack. See weir/codec.h. */
#include <weir/codec.h>
#include <weir/operator.h>

static void encode_msgpack_next(struct weir_node *node, weir_value value)
{
	weir_value packed = weir_pack(value);

	weir_release(value);
	weir_emit_result(node, packed);
}

static const struct weir_node_class encode_msgpack_class = {
	.name = "encode_msgpack",
	.next = encode_msgpack_next,
};

weir_observable *weir_encode_msgpack(weir_observable *source)
{
	return weir_extend(source, &encode_msgpack_class, NULL);
}
