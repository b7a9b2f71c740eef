// Package fold lays the records of a capture on a timeline: the one place that
// knows what the kinds of record mean to it.
//
// [Feed] does it record by record, for whoever follows a capture that grows;
// [Timeline] for a capture that is finished. A [RowFile] keeps the rows of a long
// one. The package writes nothing but that temporary file, and shows nothing.
package fold

import (
	"errors"
	"io"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// IsTorn reports whether a capture merely ends badly: what comes before was
// read.
func IsTorn(err error) bool {
	var torn *pcapng.TornError
	var format *pcapng.FormatError
	return errors.As(err, &torn) || errors.As(err, &format)
}

// Timeline runs a capture through a new timeline, with these options but for Rows and
// OnEntry, and gives every row to row. The
// first error of row ends it. The timeline is finished in any case; its older
// rows are gone.
func Timeline(src source.Source, o session.Options, row func(*session.Entry) error) (*session.Timeline, error) {
	t, _, err := TimelineAndReader(src, o, row)
	return t, err
}

// TimelineAndReader is Timeline, and returns the reader that was at the capture's
// end. It is nil when nothing could be read.
func TimelineAndReader(src source.Source, o session.Options, row func(*session.Entry) error) (*session.Timeline, *capture.Reader, error) {
	return Annotated(src, o, nil, row)
}

// Annotated is TimelineAndReader with notes that the capture does not hold yet, or
// holds in an earlier version: they come after all of it, as they would if they had
// been appended to it. Conn of a note is that of the capture's records.
func Annotated(src source.Source, o session.Options, notes []capture.Note, row func(*session.Entry) error) (*session.Timeline, *capture.Reader, error) {
	var failed error
	var rows RowFile
	defer rows.Close()
	o.Rows, o.OnEntry = &rows, func(e *session.Entry) {
		if failed == nil {
			failed = row(e)
		}
	}
	t := session.New(o)
	r, err := Records(src, func(rec *capture.Record) error {
		Feed(t, rec)
		return failed
	})
	for i := range notes {
		n := &notes[i]
		Feed(t, &capture.Record{Kind: capture.Noted, Conn: n.Conn, FromServer: n.FromServer, Offset: n.Offset, Time: n.At, Reason: n.Text, Note: n})
	}
	if failed == nil {
		t.Finish()
	}
	if failed != nil {
		return t, r, failed
	}
	return t, r, err
}

// Records reads a capture to its end, gives each record to do, and returns the
// reader as it is there; it is nil when nothing could be read. The first error of
// do ends it. A record is borrowed until the next one.
func Records(src source.Source, do func(*capture.Record) error) (*capture.Reader, error) {
	r, err := capture.NewReader(src)
	if err != nil {
		return nil, err
	}
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return r, err
		}
		if err := do(rec); err != nil {
			return r, err
		}
	}
}

// Feed gives one record to a timeline: the one place that knows what the kinds
// of record mean to it.
func Feed(t *session.Timeline, rec *capture.Record) {
	dir := Sender(rec)
	switch rec.Kind {
	case capture.Opened:
		t.Open(session.Connection{
			ID: rec.Conn, At: rec.Time, Client: rec.Client.String(), Server: serverOf(rec), Note: rec.Reason, Relayed: rec.Relayed, Facts: factsOf(rec), Waits: rec.Waits,
		})
	case capture.Connected:
		t.Reached(rec.Conn, rec.Time, serverOf(rec), factsOf(rec))
	case capture.Data:
		t.Data(rec.Conn, dir, rec.Time, rec.Data)
	case capture.Gap:
		t.Gap(rec.Conn, dir, rec.Time, rec.Length)
	case capture.Held:
		t.Held(rec.Conn, dir, rec.Time, rec.Hold.For, rec.Hold.Waiting)
	case capture.Paced:
		t.Paced(rec.Conn, paceOf(rec))
	case capture.Edited:
		t.Edited(rec.Conn, dir, rec.Time, session.Edit{Offset: rec.Edit.Offset, Removed: rec.Edit.Removed, Inserted: int64(len(rec.Edit.Inserted)), Wait: rec.Edit.Wait})
	case capture.Outer:
		t.Outer(rec.Conn, dir, rec.Time, session.Around{Poll: rec.Around.Poll, Alert: rec.Around.Alert})
	case capture.Fin:
		t.Close(rec.Conn, dir, rec.Time, endOf(rec, session.Fin))
	case capture.Reset:
		t.Close(rec.Conn, dir, rec.Time, endOf(rec, session.Reset))
	case capture.Beat:
		t.Tick(rec.Time)
	case capture.Noted:
		if n := rec.Note; n.Conn > 0 {
			t.Note(n.Conn, session.Place{From: dir, Offset: n.Offset, About: n.About},
				session.Written{ID: n.ID, At: rec.Time, Name: noteName(n), Words: text.Plain(n.Text)})
		}
	}
}

// paceOf is what a record tells of a receiver that lags.
func paceOf(rec *capture.Record) session.Pace {
	p := rec.Pace
	return session.Pace{
		From: Sender(rec), At: rec.Time, Behind: p.Behind, Over: p.Over, Span: p.Span, Came: p.Came, Taken: p.Taken,
		Blocked: p.Blocked, Waiting: p.Waiting, Path: (*session.Path)(p.Path),
	}
}

// endOf says how and why a direction ended.
func endOf(rec *capture.Record, how session.How) session.End {
	c := rec.Cause
	return session.End{How: how, Cause: session.Cause(c.Token), Target: c.Target, Detail: c.Detail, Words: rec.Reason, Facts: factsOf(rec)}
}

// factsOf carries what is known of a connection besides over to the timeline.
func factsOf(rec *capture.Record) (facts session.Facts) {
	for _, f := range rec.Facts {
		facts = append(facts, session.Fact(f))
	}
	return facts
}

// serverOf is the server's address, "" when it was not reached.
func serverOf(rec *capture.Record) string {
	if rec.Server.Port() == 0 && rec.Server.Addr().IsUnspecified() {
		return ""
	}
	return rec.Server.String()
}

func noteName(n *capture.Note) string {
	if n.Deleted {
		return string(n.Kind) + session.TakenBack
	}
	return string(n.Kind)
}

// Sender is the direction of a record in the words of the decoder.
func Sender(rec *capture.Record) decode.Direction {
	if rec.FromServer {
		return decode.FromServer
	}
	return decode.FromClient
}
