/* Operators of FORMAT.md §11, Errors and repetition. */
#include "vectors.h"

static weir_observable *build_catch_error(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct projection *handler = projection(stage, 2);
	weir_observable *result = weir_catch_error(input, call_error_handler, handler);

	handler->in = run_keep_observable(stage->run, weir_ref(result));
	return result;
}

const struct operator_row recovering_operators[] = {
	{ "catchError", build_catch_error },
	{ 0 },
};
