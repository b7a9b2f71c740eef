package list

import "fmt"

func (e Entry) String() string {
	s := fmt.Sprintf("%d %d-%d row %d child %v open %v", e.Kind, e.First, e.Last, e.Row, e.Child, e.Expanded)
	if e.Run != nil {
		s += fmt.Sprintf(" run %+v", *e.Run)
	}
	return s
}
