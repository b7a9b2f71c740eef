package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// swapped gives each operator the one it is mistaken for.
var swapped = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
	token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.OR_ASSIGN: token.AND_ASSIGN, token.AND_ASSIGN: token.OR_ASSIGN,
}

// node adds the edits of one node.
func (f *finder) node(n ast.Node) {
	switch x := n.(type) {
	case *ast.IfStmt:
		f.negate(x.Cond)
	case *ast.ForStmt:
		if x.Cond != nil {
			f.negate(x.Cond)
		}
	case *ast.ArrayType:
		f.skip[x.Len] = x.Len != nil // a longer array is no other program
	case *ast.BinaryExpr:
		f.swap(x)
	case *ast.BasicLit:
		f.count(x)
	case *ast.CallExpr:
		f.capacity(x)
	case *ast.BlockStmt:
		f.drop(x.List)
	case *ast.CaseClause:
		f.drop(x.Body)
	case *ast.CommClause:
		f.drop(x.Body)
	case *ast.ReturnStmt:
		f.zero(x)
	}
}

func (f *finder) negate(cond ast.Expr) {
	f.edit("negated condition", cond.Pos(), cond.End(), "!("+f.source(cond)+")")
}

func (f *finder) swap(x *ast.BinaryExpr) {
	other, ok := swapped[x.Op]
	if !ok || x.Op == token.ADD && (isString(x.X) || isString(x.Y)) {
		return
	}
	f.edit("swapped operator", x.OpPos, x.OpPos+token.Pos(len(x.Op.String())), other.String())
}

// count makes a whole number off by one.
func (f *finder) count(x *ast.BasicLit) {
	n, err := strconv.ParseInt(x.Value, 0, 64)
	if x.Kind == token.INT && err == nil {
		f.edit("off by one", x.Pos(), x.End(), fmt.Sprint(n+1))
	}
}

// capacity leaves alone what make is told about room: no test can see it.
func (f *finder) capacity(x *ast.CallExpr) {
	id, ok := x.Fun.(*ast.Ident)
	if !ok || id.Name != "make" || len(x.Args) < 3 {
		return
	}
	ast.Inspect(x.Args[2], func(n ast.Node) bool {
		f.skip[n] = n != nil
		return true
	})
}

// drop leaves out one statement of a list. What was computed for it is still
// computed, so that nothing is left unused.
func (f *finder) drop(list []ast.Stmt) {
	for _, s := range list {
		switch x := s.(type) {
		case *ast.ExprStmt:
			if call, ok := x.X.(*ast.CallExpr); ok && f.source(call.Fun) != "panic" {
				f.edit("dropped statement", x.Pos(), x.End(), "")
			}
		case *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.IncDecStmt:
			f.edit("dropped statement", s.Pos(), s.End(), "")
		case *ast.AssignStmt:
			f.forget(x)
		case *ast.BranchStmt:
			if x.Tok == token.CONTINUE || x.Tok == token.BREAK {
				f.edit("dropped statement", x.Pos(), x.End(), "")
			}
		}
	}
}

// forget drops an assignment to something that exists already.
func (f *finder) forget(x *ast.AssignStmt) {
	if x.Tok == token.DEFINE {
		return
	}
	if other, ok := swapped[x.Tok]; ok && !isString(x.Rhs[0]) {
		f.edit("swapped operator", x.TokPos, x.TokPos+token.Pos(len(x.Tok.String())), other.String())
	}
	if !slices.ContainsFunc(x.Lhs, isKept) {
		return // it is forgotten already
	}
	nothing := strings.TrimSuffix(strings.Repeat("_, ", len(x.Lhs)), ", ")
	f.edit("dropped statement", x.Pos(), x.Rhs[0].Pos(), nothing+" = ")
}

func isKept(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return !ok || id.Name != "_"
}

// zero returns the zero value in the place of one result.
func (f *finder) zero(x *ast.ReturnStmt) {
	types := f.results[len(f.results)-1]
	if len(x.Results) != len(types) {
		return // a call that gives several results, or named ones
	}
	for i, e := range x.Results {
		if !isZero(e) {
			f.edit("returned zero value", e.Pos(), e.End(), "*new("+types[i]+")")
		}
	}
}
