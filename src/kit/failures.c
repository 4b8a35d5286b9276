/* Errors that are kept until the end. See kit/failures.h. */
#include "kit/failures.h"

#include <errno.h>

#include "base/allocator.h"

void weir_failures_emit(struct weir_node *node, const weir_value *failures, size_t count, const char *message)
{
	weir_error **errors = weir_allocate(count * sizeof *errors);

	if (errors == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	for (size_t index = 0; index < count; index++)
		errors[index] = weir_error_ref(weir_as_error(failures[index]));

	weir_error *error = weir_error_composite(errors, count, "%s", message);

	weir_deallocate(errors);
	weir_emit_failed_value(node, weir_error_value(error));
}

void weir_failures_keep(struct weir_node *node, struct weir_collector *failures, weir_error *error)
{
	weir_error_ref(error);
	if (weir_collector_add(failures, weir_error_value(error)))
		weir_error_unref(error);
	else
		weir_emit_error(node, error);
}

void weir_failures_end(struct weir_node *node, struct weir_collector *failures)
{
	if (failures->count == 0)
		weir_emit_complete(node);
	else if (failures->count == 1)
		weir_emit_error(node, weir_error_ref(weir_as_error(failures->values[0])));
	else
		weir_failures_emit(node, failures->values, failures->count, "several sources have failed");
}
