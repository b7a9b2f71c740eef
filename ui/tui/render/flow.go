package render

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// flow shows the bytes of both directions and what was agreed about them.
func flow(a Area, m *model.Model) {
	s := m.Page.Measured
	p := scrolled{a: a, top: m.Page.Top}
	for i := range s.Directions {
		p.axis = p.axis.reach(&s.Directions[i].Rate).reach(&s.Directions[i].Behind)
	}
	if m.Page.FlowTop() > 0 {
		queues(p, m)
	}
	for i, name := range []string{"From client", "From server"} {
		direction(p, m.Page.FlowTop()+i*model.DirectionLines, name, i, s)
	}
	y := m.Page.FlowTop() + 2*model.DirectionLines
	pings := "none"
	if s.Pings.Sent > 0 {
		pings = join(fmt.Sprintf("%d asked, %d answered", s.Pings.Sent, s.Pings.Answered), pingTimes(&s.Pings))
	}
	p.line(y, "pings", Style{}, pings)
	buffer := "none was announced"
	if s.Buffer > 0 {
		buffer = lapse(s.Buffer) + ", as the client says"
	}
	p.line(y+1, "buffer", Style{}, buffer)
}

func pingTimes(p *stats.Pings) string {
	if p.Answered == 0 {
		return ""
	}
	return fmt.Sprintf("last %s, mean %s, longest %s", lapse(p.Last), lapse(p.Mean), lapse(p.Max))
}

// direction draws one direction in model.DirectionLines lines.
func direction(p scrolled, y int, name string, i int, s *stats.Session) {
	d := &s.Directions[i]
	style := role(FromClient)
	if i == 1 {
		style = role(FromServer)
	}
	if y >= p.top {
		p.a.fill(1, p.a.W-1, y-p.top, role(Phase), '─')
		p.a.Put(3, y-p.top, role(Phase), " "+name+" ")
	}
	missing := ""
	if d.Missing > 0 {
		missing = bytesText(d.Missing) + " NOT CAPTURED"
	}
	p.line(y+1, "bytes", Style{}, join(bytesText(d.Bytes), count(int(d.Messages), "message"), "longest silence "+lapse(d.LongestSilence), missing))
	p.line(y+2, "agreed", Style{}, join("chunks of "+chunkSize(d.ChunkSize), orNone("window ", d.Window), orNone("limit ", d.Bandwidth)))
	p.line(y+3, "acks", Style{}, acknowledged(d))
	p.plot(y+4, 2, graph{"bit rate", style, &d.Rate, true, false, rateText})
	if d.Acks > 0 {
		p.plot(y+6, 2, graph{"unacked", role(Symbol), &d.Behind, false, false, func(n float64) string { return bytesText(int64(n)) }})
	}
}

func acknowledgements(n int) string {
	if n == 1 {
		return "1 acknowledgement"
	}
	return fmt.Sprintf("%d acknowledgements", n)
}

// acknowledged says what the other side has acknowledged. It owes nothing before
// a window is full, nor while none was announced (RTMP 1.0 §5.4.3).
func acknowledged(d *stats.Direction) string {
	switch {
	case d.Acks > 0:
		return fmt.Sprintf("%s, up to byte %d; %s outstanding at that time", acknowledgements(d.Acks), d.LastAck, bytesText(d.Unacked))
	case d.Window == 0:
		return "none; no window was announced"
	case d.Bytes < int64(d.Window):
		return "none yet; less than one window was sent"
	}
	return "none, though " + bytesText(d.Bytes) + " were sent"
}

func chunkSize(n uint32) string {
	if n == 0 {
		return "128 bytes (never changed)"
	}
	return fmt.Sprintf("%d bytes", n)
}

func orNone(what string, n uint32) string {
	if n == 0 {
		return "no " + what[:len(what)-1]
	}
	return what + bytesText(int64(n))
}
