/* decode_msgpack: msgpack in chunks of bytes to values. See weir/codec.h. */
#include <weir/codec.h>
#include <weir/operator.h>

#include "kit/cutter.h"
#include "kit/unpacker.h"

struct decode_msgpack {
	struct weir_cutter cutter;
	struct weir_unpacker unpacker;
};

static bool decode_msgpack_cut(struct weir_cutter *cutter, weir_value *ret_item)
{
	struct decode_msgpack *self = WEIR_CONTAINER_OF(cutter, struct decode_msgpack, cutter);

	return weir_unpacker_take(&self->unpacker, cutter->piece, &cutter->offset, ret_item);
}

static bool decode_msgpack_end(struct weir_cutter *cutter, weir_value *ret_item)
{
	struct decode_msgpack *self = WEIR_CONTAINER_OF(cutter, struct decode_msgpack, cutter);

	*ret_item = weir_unpacker_end(&self->unpacker);
	return weir_is_error(*ret_item);
}

static const struct weir_cutter_class decode_msgpack_cutter = {
	.cut = decode_msgpack_cut,
	.end = decode_msgpack_end,
};

static void decode_msgpack_start(struct weir_node *node)
{
	struct decode_msgpack *self = WEIR_CONTAINER_OF(node, struct decode_msgpack, cutter.node);
	weir_value error = weir_unpacker_init(&self->unpacker, node->config);

	weir_cutter_init(&self->cutter, &decode_msgpack_cutter);
	if (weir_is_error(error))
		weir_emit_failed_value(node, error);
}

static void decode_msgpack_finish(struct weir_node *node)
{
	struct decode_msgpack *self = WEIR_CONTAINER_OF(node, struct decode_msgpack, cutter.node);

	weir_unpacker_finish(&self->unpacker);
	weir_cutter_finish(&self->cutter);
}

static const struct weir_node_class decode_msgpack_class = {
	.name = "decode_msgpack",
	.size = sizeof(struct decode_msgpack),
	.config_size = sizeof(struct weir_unpack_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = decode_msgpack_start,
	.next = weir_cutter_next,
	.error = weir_cutter_error,
	.complete = weir_cutter_complete,
	.request = weir_cutter_request,
	.finish = decode_msgpack_finish,
};

weir_observable *weir_decode_msgpack(weir_observable *source, const struct weir_unpack_options *options)
{
	static const struct weir_unpack_options defaults;

	return weir_extend(source, &decode_msgpack_class, options != NULL ? options : &defaults);
}
