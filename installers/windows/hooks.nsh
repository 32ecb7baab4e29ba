; What Tauri's installer script does not do by itself: before new programs are copied, a router without a tray ends;
; before the programs are removed, Codex is pointed back at where it pointed before. The installer is per user, so there
; are no other users to think of. Tauri's script ends the tray app and removes the user's entry for the start at login.

; A program that runs cannot be replaced, and the copying of a silent update fails without a word. Codex waits for the
; port until the new router listens.
!macro NSIS_HOOK_PREINSTALL
  ${If} ${FileExists} "$INSTDIR\rotunda.exe"
    DetailPrint "Ending the router"
    nsExec::ExecToLog '"$SYSDIR\taskkill.exe" /F /IM rotunda.exe'
    Pop $0
    ; An ended process lets go of its file a moment later.
    StrCpy $1 0
    ${Do}
      ClearErrors
      Delete "$INSTDIR\rotunda.exe"
      ${IfNot} ${Errors}
        ${ExitDo}
      ${EndIf}
      IntOp $1 $1 + 1
      ${If} $1 >= 40
        SetErrorLevel 1
        Abort "$INSTDIR\rotunda.exe is in use. End every Rotunda, then start the installer again."
      ${EndIf}
      Sleep 250
    ${Loop}
  ${EndIf}
!macroend

!macro NSIS_HOOK_PREUNINSTALL
  ${If} $UpdateMode <> 1
    DetailPrint "Pointing Codex back at where it pointed before"
    nsExec::ExecToLog '"$INSTDIR\rotunda.exe" unbind'
    Pop $0
    ${If} $0 <> 0
      DetailPrint "If config.toml still has a line openai_base_url that ends in # Rotunda, delete it."
    ${EndIf}
    ; An earlier version, run by an administrator, made its entry for all users; without the rights it stays.
    DeleteRegValue HKLM "Software\Microsoft\Windows\CurrentVersion\Run" "Rotunda"
  ${EndIf}
  ; A router without a tray; the tray app is ended by Tauri's script.
  nsExec::ExecToLog '"$SYSDIR\taskkill.exe" /F /IM rotunda.exe'
  Pop $0
!macroend

; Tauri's script removes the data when it was asked to. The settings are in a folder of their own, which Windows takes
; along from one computer of a user to the next.
!macro NSIS_HOOK_POSTUNINSTALL
  ${If} $DeleteAppDataCheckboxState = 1
  ${AndIf} $UpdateMode <> 1
    RMDir /r "$APPDATA\Rotunda"
  ${EndIf}
!macroend
