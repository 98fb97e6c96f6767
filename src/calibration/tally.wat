;; Counts 32-bit floats into bins of |x| and finds their extremes, four at a time: calibration spends its time here.
;; tally-module.ts holds this in binary; `npx vitest run test/calibration -u` writes that file anew.
;;
;; Memory, by address:
;;      0  even table: 2,048 counters of 32 bits for positive values, as many for negative ones
;;  16640  odd table, 256 bytes behind the even one so that the two do not lie a multiple of 4 KiB apart
;;  33280  results, four lanes each: smallest, largest, largest magnitude (as bits), zeros
;;  33344  the values
(module
  (memory (export "memory") 2)

  ;; Puts bounds in the place of the values beyond them.
  (func (export "clamp") (param $count i32) (param $low f32) (param $high f32)
    (local $at i32) (local $end i32) (local $lows v128) (local $highs v128)
    (local.set $at (i32.const 33344))
    (local.set $end (i32.add (local.get $at) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $lows (f32x4.splat (local.get $low)))
    (local.set $highs (f32x4.splat (local.get $high)))
    (loop $next
      ;; The pseudo-minimum of NaN and a bound is NaN in this order.
      (v128.store (local.get $at)
        (f32x4.pmin (f32x4.pmax (v128.load (local.get $at)) (local.get $lows)) (local.get $highs)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Values at even places are counted in the even table, the others in the odd one: an increment waits for the one
  ;; before it where both are of the same bin, as the zeros behind a ReLU are.
  (func (export "tally") (param $count i32) (param $width f32)
    (local $at i32) (local $end i32) (local $counter i32) (local $pair i64) (local $widths v128)
    (local $values v128) (local $magnitudes v128) (local $isZero v128) (local $counters v128)
    (local $smallest v128) (local $largest v128) (local $magnitude v128) (local $zeros v128)
    (local.set $at (i32.const 33344))
    (local.set $end (i32.add (local.get $at) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $widths (f32x4.splat (local.get $width)))
    (local.set $smallest (v128.load (i32.const 33280)))
    (local.set $largest (v128.load (i32.const 33296)))
    (local.set $magnitude (v128.load (i32.const 33312)))
    (local.set $zeros (v128.load (i32.const 33328)))
    (loop $next
      (local.set $values (v128.load (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $smallest (f32x4.pmin (local.get $smallest) (local.get $values)))
      (local.set $largest (f32x4.pmax (local.get $largest) (local.get $values)))
      (local.set $magnitudes
        (v128.and (local.get $values) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff)))
      ;; As integers, NaN is larger than infinity, and infinity than every number.
      (local.set $magnitude (i32x4.max_s (local.get $magnitude) (local.get $magnitudes)))
      (local.set $isZero (i32x4.eq (local.get $magnitudes) (v128.const i32x4 0 0 0 0)))
      (local.set $zeros (i32x4.sub (local.get $zeros) (local.get $isZero)))
      ;; Address in a table: 4 bytes for each bin, and 8,192 more for negative values; -0 is none.
      (local.set $counters
        (v128.or
          (i32x4.shl
            (i32x4.min_s
              (i32x4.trunc_sat_f32x4_s (f32x4.div (local.get $magnitudes) (local.get $widths)))
              (v128.const i32x4 2047 2047 2047 2047))
            (i32.const 2))
          (v128.and
            (f32x4.lt (local.get $values) (v128.const f32x4 0 0 0 0))
            (v128.const i32x4 8192 8192 8192 8192))))
      ;; Two lanes are taken out at once: faster than each by itself.
      (local.set $pair (i64x2.extract_lane 0 (local.get $counters)))
      (local.set $counter (i32.wrap_i64 (local.get $pair)))
      (i32.store (local.get $counter) (i32.add (i32.load (local.get $counter)) (i32.const 1)))
      (local.set $counter (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32))))
      (i32.store offset=16640
        (local.get $counter) (i32.add (i32.load offset=16640 (local.get $counter)) (i32.const 1)))
      (local.set $pair (i64x2.extract_lane 1 (local.get $counters)))
      (local.set $counter (i32.wrap_i64 (local.get $pair)))
      (i32.store (local.get $counter) (i32.add (i32.load (local.get $counter)) (i32.const 1)))
      (local.set $counter (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32))))
      (i32.store offset=16640
        (local.get $counter) (i32.add (i32.load offset=16640 (local.get $counter)) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (v128.store (i32.const 33280) (local.get $smallest))
    (v128.store (i32.const 33296) (local.get $largest))
    (v128.store (i32.const 33312) (local.get $magnitude))
    (v128.store (i32.const 33328) (local.get $zeros)))

  ;; Adds the odd table to the even one.
  (func (export "sum")
    (local $at i32)
    (loop $next
      (v128.store (local.get $at)
        (i32x4.add (v128.load (local.get $at)) (v128.load offset=16640 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 16384))))))
