package wire

import (
	"cmp"
	"slices"
	"time"
)

// At is the quantile of sorted times, in milliseconds.
func At(sorted []time.Duration, quantile float64) float64 {
	return float64(sorted[int(quantile*float64(len(sorted)-1))].Nanoseconds()) / 1e6
}

// Median is the one in the middle.
func Median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
