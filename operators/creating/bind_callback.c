/* bind_callback: one call of an API with callbacks, whose answer all get. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/sharing.h>

weir_observable *weir_bind_callback(int (*start)(weir_promise *promise, void *context), void *context)
{
	return weir_share(weir_from_callback(start, context), &(weir_share_options){
								      .connector.kind = WEIR_CONNECTOR_ASYNC,
								      .keep_after_error = true,
								      .keep_after_complete = true,
								      .keep_at_zero = true,
							      });
}
