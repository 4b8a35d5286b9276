/* Where an encoder writes. See codec/output.h. */
#include "codec/output.h"

#include <stdint.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/packed.h"

void weir_output_fail(struct weir_output *output, weir_value failure)
{
	if (weir_output_has_failed(output))
		weir_release(failure);
	else
		output->failure = failure;
	output->length = output->capacity = 0;
}

bool weir_output_grow(struct weir_output *output, size_t length)
{
	size_t capacity = output->capacity * 2;
	bool is_small = output->bytes == output->small;
	char *bytes = NULL;

	if (weir_output_has_failed(output))
		return false;
	if (length < SIZE_MAX / 4 && capacity < output->length + length)
		capacity = output->length + length;
	if (length < SIZE_MAX / 4)
		bytes = weir_reallocate(is_small ? NULL : output->bytes, capacity);
	if (bytes == NULL) {
		weir_output_fail(output, weir_no_memory());
		return false;
	}
	if (is_small)
		memcpy(bytes, output->small, output->length);
	output->bytes = bytes;
	output->capacity = capacity;
	return true;
}

/* Consumes `result`. */
static weir_value take(struct weir_output *output, weir_value result)
{
	if (output->bytes != output->small)
		weir_deallocate(output->bytes);
	if (!weir_output_has_failed(output))
		return result;
	weir_release(result);
	return output->failure;
}

weir_value weir_output_take_str(struct weir_output *output)
{
	return take(output, weir_output_has_failed(output) ? weir_nil() : weir_str(output->bytes, output->length));
}

weir_value weir_output_take_bin(struct weir_output *output)
{
	return take(output, weir_output_has_failed(output) ? weir_nil() : weir_bin(output->bytes, output->length));
}

weir_value weir_output_take_document(struct weir_output *output)
{
	return take(output,
		weir_output_has_failed(output) ? weir_nil() : weir_packed_document(output->bytes, output->length));
}
