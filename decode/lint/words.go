package lint

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// ordinal writes first, second, third, 4th.
func ordinal(n int) string {
	switch {
	case n == 1:
		return "first"
	case n == 2:
		return "second"
	case n == 3:
		return "third"
	case n%10 == 1 && n%100 != 11:
		return fmt.Sprintf("%dst", n)
	case n%10 == 2 && n%100 != 12:
		return fmt.Sprintf("%dnd", n)
	case n%10 == 3 && n%100 != 13:
		return fmt.Sprintf("%drd", n)
	}
	return fmt.Sprintf("%dth", n)
}

// mainName is the name of the first stream, masked, or "a stream".
func (v *view) mainName() text.Marked {
	if v.main == nil || v.main.name == "" {
		return "a stream"
	}
	return v.main.marked()
}
