package lint

import "fmt"

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

// which tells a stream from the others of its session, "" where there are none.
func (v *view) which(s *stream) string {
	if v.single() {
		return ""
	}
	return " (message stream " + count(s.id) + ")"
}
