for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const status = document.getElementById('copied')
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      status.textContent = 'Đã chép nội dung.'
    } catch {
      status.textContent = `Máy không cho chép. Gõ tay: ${button.dataset.copy}`
    }
  })
}
