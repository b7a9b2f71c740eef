package filter

// The limits of a filter. They bound what a text costs to compile and what a
// match costs, so that a filter can come from anywhere.
const (
	// MaxText is how many bytes a filter may have.
	MaxText = 4096
	// maxParts is how many names, values and operators it may have. Comparisons
	// in a chain (1 < x < 5) count the value in the middle twice.
	maxParts = 1000
	// maxPattern bounds the regular expressions of a filter together, counted in
	// characters and operators after repetitions have been written out. Go's
	// engine takes time in proportion to it for every character it looks at.
	maxPattern = 2000
	// maxMatched is how many bytes of a text a regular expression looks at.
	maxMatched = 64 << 10
)
