/* The projection of operators whose items are observables already. */
#ifndef WEIR_KIT_UNWRAP_H
#define WEIR_KIT_UNWRAP_H

#include <weir/operator.h>

/* A ::weir_project: the observable inside `value`; for any other kind one that fails with `EINVAL`. @param stage static */
weir_observable *weir_unwrap(weir_value value, void *stage);

#endif
