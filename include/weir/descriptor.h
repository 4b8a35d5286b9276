/** @file
 * File descriptors: pipes, sockets, terminals, files.
 *
 * A descriptor stays the caller's: nothing here closes it or changes its flags, and it must stay open until the
 * subscription ends. To have it closed with the pipeline, tie it to the recipe by weir_with_context().
 *
 * Nothing here waits, whether O_NONBLOCK is set or not. Where it is not set and somebody else uses the same pipe or
 * terminal at the same time, the kernel may make the later one wait; a terminal line that is slow to write to should
 * have it set.
 */
#ifndef WEIR_DESCRIPTOR_H
#define WEIR_DESCRIPTOR_H

#include <weir/loop.h>
#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a descriptor is ready for, again and again while it is.
 *
 *     weir_from_fd(3, WEIR_READABLE):  --1-1-1---
 *
 * Level-triggered: each turn of the loop emits again until what there is to read has been read. Never completes.
 *
 * @param descriptor  of a pipe, socket, terminal or the like
 * @param events      `WEIR_READABLE`, `WEIR_WRITABLE` or both, added up
 * @return owned; items are ints: those of `events` that it is ready for
 *
 * Errors: `EINVAL` for wrong arguments; what the kernel says: `EPERM` for a regular file, `EBADF`; `ENOTSUP` on a
 * virtual loop. Demand: honoured; without any the descriptor is not watched. Since 0.1.
 */
WEIR_API weir_observable *weir_from_fd(int descriptor, int events);

/**
 * The bytes of a descriptor, to its end.
 *
 *     weir_read_fd(3, 4), "abcdefgh" from a file:  (ab|)   a = "abcd", b = "efgh"
 *
 * Each item is what one read() gave, so of a pipe, socket or terminal often less than a chunk. Of a regular file one
 * chunk is read per turn of the loop. Two subscriptions to one descriptor share its bytes between them.
 *
 * @param descriptor  to read from; see the top of the file
 * @param chunk_size  the most bytes an item has; 0: 64 KiB
 * @return owned; items are bins, none is empty
 *
 * Errors: `EINVAL` for wrong arguments; the errno of read(): `EBADF`, `EISDIR`, `ECONNRESET`, `EIO` of an unplugged
 * terminal; `ENOTSUP` on a virtual loop for anything but a regular file. Completion: the end of the file; nothing held.
 * Demand: honoured: nothing is read that nobody asked for, so whoever writes to the other end is slowed down by it.
 * Since 0.1.
 */
WEIR_API weir_observable *weir_read_fd(int descriptor, size_t chunk_size);

/**
 * Write each item to a descriptor, then pass it on.
 *
 *     ab|
 *     weir_write_fd(3):
 *     ab|
 *
 * An item is passed on when its last byte is written, so what comes out of here has been handed to the kernel. An error
 * of the source waits for the item in hand, because half of one would spoil what follows it; a cancel does not. No
 * signal is raised: writing to a closed pipe or beyond the file size limit is an error like any other.
 *
 * @param source      consumed; of strs and bins
 * @param descriptor  to write to; see the top of the file
 * @return owned
 *
 * Errors: `EINVAL` for an item of another kind or a wrong argument; the errno of write(): `EPIPE`, `ECONNRESET`,
 * `ENOSPC`, `EFBIG`, `EBADF`; `ENOTSUP` on a virtual loop for anything but a regular file. Completion: after the item
 * in hand is written. Demand: honoured; asks the source for one item at a time. Since 0.1.
 */
WEIR_API weir_observable *weir_write_fd(weir_observable *source, int descriptor);

#ifdef __cplusplus
}
#endif
#endif
