package view

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// job is the work that an effect asks for, to be done off the UI goroutine, or
// nil.
func (a *app) job(e model.Effect) func() model.Action {
	switch {
	case e.Compare != [2]int{}:
		return func() model.Action { return a.compare(e.Compare) }
	case a.o.Desk == nil:
		return nil
	case e.CompareSessions != [2]uint32{}:
		return a.watched("comparing", func() model.Action { return a.compareSessions(e.CompareSessions) })
	case e.Note != nil:
		return a.watched("writing the note", func() model.Action { return a.note(*e.Note) })
	case e.Configure != nil:
		return func() model.Action { return a.configure(e.Configure) }
	case e.Save != "":
		return a.watched("saving", performing("saved as ", e.Save, e.Sessions, a.o.Desk.Save))
	case e.Export != "":
		return a.watched("exporting", performing("exported to ", e.Export, e.Sessions, a.o.Desk.Export))
	}
	return nil
}

// watched lets the screen say what is being done while work goes on.
func (a *app) watched(what string, work func() model.Action) func() model.Action {
	return func() model.Action {
		a.reader.doing.Store(&model.Progress{What: what, Since: time.Now()})
		a.pump.hurried.Store(true)
		defer a.reader.doing.Store(nil)
		return work()
	}
}

// performing writes a file and says which; a panic is an error.
func performing(done, path string, sessions []uint32, write func(string, ...uint32) (string, error)) func() model.Action {
	return func() model.Action {
		var p model.Performed
		p.Err = guarded(func() (err error) {
			written, err := write(path, sessions...)
			p.Done = done + written
			return err
		})
		return p
	}
}

func (a *app) note(n model.Note) model.Action {
	p := model.Performed{Note: &n}
	p.Err = guarded(func() (err error) {
		p.Done, err = a.o.Desk.Note(n)
		return err
	})
	return p
}

// compare reads two rows.
func (a *app) compare(rows [2]int) model.Action {
	one, two := a.reader.detail(rows[0]), a.reader.detail(rows[1])
	for _, d := range []model.DetailRead{one, two} {
		if d.Err != nil {
			return model.Compared{Err: d.Err}
		}
	}
	return model.Compared{A: one.Data, B: two.Data}
}

// compareSessions reads two sessions.
func (a *app) compareSessions(pair [2]uint32) model.Action {
	var answer model.SessionsCompared
	answer.Err = guarded(func() (err error) {
		answer.Result, err = a.o.Desk.Compare(pair[0], pair[1])
		return err
	})
	return answer
}

func (a *app) configure(s *model.Setting) model.Action {
	var p model.Performed
	p.Err = guarded(func() (err error) {
		p.Done, err = a.o.Desk.Configure(*s)
		return err
	})
	return p
}

// guarded turns a panic into an error.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a fault of the program: %v", p)
		}
	}()
	return work()
}
