/**
 * @file Where threads meet: a counter of arrivals and a generation, 64 bytes apart. The last to arrive resets the
 * counter and moves to the next generation; the others first look for that `spins` times, then sleep until they are
 * woken, so that threads that outnumber the cores do not hold each other up.
 */

/** Returns when `threads` threads have called it. `barrier` is the address of 128 zero bytes, used for nothing else. */
export function meet(barrier: usize, threads: i32, spins: i32): void {
  const generationAddress = barrier + 64;
  const generation = atomic.load<i32>(generationAddress);
  if (atomic.add<i32>(barrier, 1) == threads - 1) {
    atomic.store<i32>(barrier, 0);
    atomic.store<i32>(generationAddress, generation + 1);
    atomic.notify(generationAddress, -1);
    return;
  }
  for (let i = 0; i < spins; i++) {
    if (atomic.load<i32>(generationAddress) != generation) return;
  }
  while (atomic.load<i32>(generationAddress) == generation) {
    atomic.wait<i32>(generationAddress, generation, -1);
  }
}

/** Bytes at the start of memory that hold the constants of the kernels. */
export function staticBytes(): usize {
  return __heap_base;
}
