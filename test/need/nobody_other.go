//go:build !unix

package need

import "testing"

// Nobody returns an address at which connections are refused, as long as nobody else
// takes its port.
func Nobody(t testing.TB) (address string) {
	t.Helper()
	return Free(t)
}
