/* Items that cannot be decoded. See kit/bad_item.h. */
#include "kit/bad_item.h"

#include <errno.h>

static weir_value describe(weir_value input, const weir_error *error)
{
	return weir_make_map(
		(struct weir_member[]){
			{ weir_string_static("error"), weir_string(weir_error_message(error)) },
			{ weir_string_static("code"),
				weir_string_static(weir_error_code_name(weir_error_code(error))) },
			{ weir_string_static("input"), input },
		},
		3);
}

bool weir_bad_item(struct weir_node *node, const struct weir_bad_items *bad_items, weir_value input, weir_value error,
	weir_value *ret_value)
{
	enum weir_bad_item_policy policy = bad_items->policy;

	if (weir_is_error(input)) {
		weir_release(error);
		*ret_value = input;
		return true;
	}

	int code = weir_error_code(weir_as_error(error));

	/* Not the item's fault. */
	if (code == ENOMEM || code == ENOTSUP)
		policy = WEIR_BAD_ITEM_FAILS;
	switch (policy) {
	case WEIR_BAD_ITEM_SKIPPED:
		if (bad_items->report != NULL) {
			bad_items->report(input, weir_as_error(error), bad_items->context);
			weir_release(error);
		} else {
			weir_drop(node, error);
		}
		weir_release(input);
		return false;
	case WEIR_BAD_ITEM_EMITTED:
		*ret_value = describe(input, weir_as_error(error));
		weir_release(error);
		return true;
	default:
		weir_release(input);
		*ret_value = error;
		return true;
	}
}
