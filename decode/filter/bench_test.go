package filter

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// rows is a timeline of as many rows as wanted, one in fifty a command.
type rows struct{ video, command session.Row }

func (r *rows) Row(n int) session.Row {
	if n%50 == 0 {
		return r.command
	}
	return r.video
}

func (r *rows) Text(n int) session.Text {
	if n%50 == 0 {
		return session.Text{Name: "Command (AMF0)", Command: "publish", Summary: `publish("key", "live")`}
	}
	return session.Text{Name: "Video", Summary: "AVC frame, 5000 bytes"}
}

var oneSession = []session.Info{{Number: 1, OpenedAt: noon}}

func (r *rows) Sessions() []session.Info { return oneSession }

// SessionCount implements list.Timeline.
func (r *rows) SessionCount() int { return len(r.Sessions()) }

// Session implements list.Timeline.
func (r *rows) Session(number uint32) session.Info { return r.Sessions()[number-1] }

// Open implements list.Timeline.
func (r *rows) Open() (numbers []uint32) {
	for _, i := range r.Sessions() {
		if i.Open {
			numbers = append(numbers, i.Number)
		}
	}
	return numbers
}

// A million rows, as after a night, for each iteration.
func BenchmarkMillionRows(b *testing.B) {
	all := entries()
	timeline := &rows{video: all["video"].Row, command: all["publish"].Row}
	for _, expression := range []string{
		`type == 9`, `command == "publish"`, `kind == "message"`, `~video`, `~cmd and rtt > 200ms`,
		`type in [8, 9] and length > 1000 and not keyframe`, `publish`, `summary matches "key(frame)?"`, `elapsed in 10..20`,
	} {
		f := compile(b, expression)
		b.Run(expression, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				scan := f.Scan(timeline)
				for n := 1; n <= 1_000_000; n++ {
					scan.Match(n)
				}
			}
		})
	}
}
