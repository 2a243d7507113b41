@echo off
rem The verbs of the Makefile, for Windows: make demo, make test, make tour, make bench, make lint, make test-all
rem Not tested on Windows yet.
setlocal
set "HERE=%~dp0"
where py >nul 2>nul
if %errorlevel%==0 (
  py -3 "%HERE%installers\bootstrap.py" %*
) else (
  python "%HERE%installers\bootstrap.py" %*
)
exit /b %errorlevel%
