; Before the uninstaller removes the programs: Codex is pointed back at where it pointed before, and the router ends.
; An update keeps Codex bound; Codex waits for the port. The entry for the start at login is removed by the uninstaller
; itself. It is per user, so there are no other users to think of.

!macro NSIS_HOOK_PREUNINSTALL
  ${If} $UpdateMode <> 1
    DetailPrint "Pointing Codex back at where it pointed before"
    nsExec::ExecToLog '"$INSTDIR\rotunda.exe" unbind'
    Pop $0
    ${If} $0 <> 0
      DetailPrint "If config.toml still has a line openai_base_url that ends in # Rotunda, delete it."
    ${EndIf}
    ; A router without a tray; the tray app is ended by the uninstaller.
    nsExec::ExecToLog '"$SYSDIR\taskkill.exe" /F /IM rotunda.exe'
    Pop $0
  ${EndIf}
!macroend
